const browser = process.env.E2E_BROWSER || 'chromium'

/** The `skip` of tests in which no browser takes part: of the runs of this folder, one for each engine, one is enough. */
export const elsewhere = browser !== 'chromium' && 'no browser takes part: this runs with Chromium'
