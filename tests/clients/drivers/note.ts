/** What the servers answer. */
export interface Note {
  id: string
  text: string
}
