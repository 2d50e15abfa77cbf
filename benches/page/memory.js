/** Collects what nobody holds any more, twice: what is finalized the first time is free after the second. */
export async function collect() {
  for (let time = 0; time < 2; time++) {
    await new Promise((resolve) => setTimeout(resolve))
    gc()
  }
}
