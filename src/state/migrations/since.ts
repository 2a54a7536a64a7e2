import type { Applied } from './tool.ts'

export type Since = {
  /** Applied now and not with the target: what has to be reversed, newest first. */
  readonly extra: readonly Applied[]
  /** Versions the target had and the database has not. */
  readonly missing: readonly string[]
  /** Of the extra ones, those that something stands after which stays: they were applied out of order. */
  readonly buried: readonly string[]
}

/** What came after the target, by the order in which it was applied and not by the versions' names. */
export function appliedSince(applied: readonly Applied[], target: readonly string[]): Since {
  const stays = ({ version }: Applied): boolean => target.includes(version)
  const lastStaying = applied.findLastIndex(stays)
  const buried = applied.filter((one, index) => index < lastStaying && !stays(one))
  return {
    extra: applied.filter(one => !stays(one)).toReversed(),
    missing: target.filter(version => !applied.some(one => one.version === version)),
    buried: buried.map(({ version }) => version),
  }
}
