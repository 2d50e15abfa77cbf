// Stands for the index of React Native, which would take every component along.
export { default as AppState } from 'react-native/Libraries/AppState/AppState'
