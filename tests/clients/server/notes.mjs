/** What every server answers, whatever it speaks. Nothing is kept: a note is told by its id. */
export const note = (id) => ({ id, text: `note ${id}` })

/** The note that a text becomes. */
export const added = (text) => ({ id: 'new', text })
