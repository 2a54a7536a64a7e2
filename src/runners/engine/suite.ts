import { suiteTimeOf, type Check } from '../../state/check.ts'
import type { CheckSuite } from '../../state/event.ts'
import { runChecks } from '../checks/run-checks.ts'
import type { Desk } from './desk.ts'

/** Asks these checks, and has each answer in the journal as it comes. */
export async function runSuite(
  desk: Desk,
  name: CheckSuite,
  checks: readonly Check[],
  signal: AbortSignal,
): Promise<void> {
  const manifest = desk.state().run?.manifest
  if (manifest === undefined) throw new Error('the run is not open')
  if (desk.state().suites[name]?.running !== true) await desk.write([{ kind: 'checks.started', suite: name }])
  // Told only once all are over: a rejection that nobody awaits yet would end the engine before it can say why.
  const writing: Promise<{ readonly error: unknown } | null>[] = []
  await runChecks({
    checks,
    containers: desk.acts.containers,
    deadlineMs: suiteTimeOf(manifest, name),
    cell: desk.acts.cell,
    resolve: desk.resolve,
    mask: desk.mask,
    signal,
    onResult: result => {
      const written = desk.write([{ kind: 'check.settled', suite: name, result }])
      writing.push(
        written.then(
          () => null,
          error => ({ error }),
        ),
      )
    },
  })
  const unwritten = (await Promise.all(writing)).find(one => one !== null)
  if (unwritten != null) throw unwritten.error
  if (!signal.aborted) await desk.write([{ kind: 'checks.ended', suite: name }])
}
