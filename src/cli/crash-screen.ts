import type { ReadonlyStore } from '../state/store.ts'

/**
 * For tests: with `ASTERN_CRASH_SCREEN=render`, `=throw` or `=reject` the screen fails that way on SIGUSR2. Unset, nothing
 * happens, and the store is the very same.
 */
export function crashable(store: ReadonlyStore, how: string | undefined): ReadonlyStore {
  if (how === undefined || how === '') return store
  let broken = false
  const fail = (): never => {
    throw new Error(`asked for by ASTERN_CRASH_SCREEN=${how}`)
  }
  process.on('SIGUSR2', () => {
    if (how === 'throw') fail()
    if (how === 'reject') void Promise.resolve().then(fail)
    broken = how === 'render'
  })
  return { ...store, getState: () => (broken ? fail() : store.getState()) }
}
