import type { Question } from '../../state/check.ts'
import type { Each } from '../../targets/services/containers.ts'
import { parsed, type Asked } from './asked.ts'
import type { Got } from './asserts.ts'
import type { Asking } from './means.ts'

export async function askDocker(
  { at }: Extract<Question, { kind: 'docker' }>,
  { containers, timeoutMs }: Asking,
): Promise<readonly Asked[]> {
  return timed(containers.container(at, timeoutMs), ({ state, restarts, digests, life }) => ({
    state,
    ...(restarts === null ? {} : { restarts }),
    digest: digests,
    life,
  }))
}

export async function askLog(
  { at, sinceMs }: Extract<Question, { kind: 'log' }>,
  { containers, timeoutMs }: Asking,
): Promise<readonly Asked[]> {
  return timed(containers.log(at, sinceMs, timeoutMs), ({ text, cut }) => ({ body: text, cut }))
}

export async function askExec(
  { at, argv }: Extract<Question, { kind: 'exec' }>,
  { containers, timeoutMs }: Asking,
): Promise<readonly Asked[]> {
  const asked = await timed(containers.run(at, argv, timeoutMs), ran =>
    ran === null ? null : { exit: ran.exit, body: ran.output, cut: ran.cut, ...parsed(ran.output) },
  )
  return asked.map(one =>
    'says' in one && one.says === '' ? { ...one, says: `${argv[0]} did not end in ${timeoutMs} ms` } : one,
  )
}

/** `null` of `make`: it did not end in time. */
async function timed<Seen extends { readonly where: string } | null>(
  work: Promise<Each<Seen>>,
  make: (seen: Seen) => Omit<Got, 'latencyMs'> | null,
): Promise<readonly Asked[]> {
  const began = performance.now()
  const answers = await work
  const latencyMs = Math.round(performance.now() - began)
  const several = answers.length > 1
  return answers.map((answer): Asked => {
    if (!answer.ok) return { verdict: 'inconclusive', says: answer.fault.what }
    const made = make(answer.value)
    if (made === null) return { verdict: 'fail', says: '' }
    const where = several ? { where: answer.value?.where ?? '' } : {}
    return { got: { ...made, ...where, latencyMs } }
  })
}
