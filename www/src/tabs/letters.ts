/** Colors there are for tabs: `--tab-0` and on, in `styles.css`. */
export const hues = 8

const alphabet = 26

/** The name of the tab that comes after so many others: `A` to `Z`, then `AA`. */
export function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % alphabet))
  return index < alphabet ? last : letterOf(Math.floor(index / alphabet) - 1) + last
}

/** Which of the {@link hues} a tab has: neighbors have different ones. */
export function hueOf(letter: string): number {
  const index = [...letter].reduce((sum, one) => sum * alphabet + one.charCodeAt(0) - 64, 0) - 1
  return index % hues
}

/** `A` before `B`, `Z` before `AA`. */
export function byLetter(a: { readonly letter: string }, b: { readonly letter: string }): number {
  return a.letter.length - b.letter.length || (a.letter < b.letter ? -1 : 1)
}
