import { scenariosOf } from './scenarios.mjs'

scenariosOf('yew')
