/** Compiles only where both are the same type. */
export function same<A>(): <B>(proof: Same<A, B>) => void {
  return () => {}
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
