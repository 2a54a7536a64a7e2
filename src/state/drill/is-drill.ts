import type { RunHeader, RunState } from '../run-state.ts'

/** A drill, or a rollback that is played in one: whoever looks at it has to be told so in words. */
export function isDrill(run: Pick<RunHeader, 'class' | 'purpose' | 'drill'> | null): boolean {
  return run !== null && (run.class === 'drill' || run.drill !== undefined || run.purpose.kind === 'drill')
}

/** The drill that a console has to do with: the run itself, or the one it is played in. */
export function drillOf({ run, drill }: { readonly run: RunState; readonly drill: RunState | null }): RunState | null {
  return run.run?.purpose.kind === 'drill' ? run : drill
}
