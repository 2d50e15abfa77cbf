import { scenariosOf } from './scenarios.mjs'

// Leptos makes its elements from HTML, which the playground's policy (Trusted Types) forbids.
scenariosOf('leptos', { csp: 'off' })
