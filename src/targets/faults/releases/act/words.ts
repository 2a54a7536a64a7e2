import type { Fault } from '../../../../state/fault.ts'
import type { Running } from '../../../services/releases/processes.ts'
import type { ReleasesTask } from '../task.ts'
import type { Place } from '../../../services/releases/layout.ts'

export function rootGone({ host, root }: Pick<ReleasesTask, 'host' | 'root'>): Fault {
  return {
    code: 'fault.root-gone',
    what: `${root} of ${host} is not there`,
    means: 'What a drill has put there is not taken away before it is there again.',
    next: 'Another fault may have moved it aside: take that one away first. Or mount it.',
  }
}

type At = { readonly place: Place; readonly host: string }

export function notSignalled({ place, host }: At, { pid }: Running): Fault {
  return {
    code: 'fault.not-signalled',
    what: `Process ${pid} of ${place.name} on ${host} does not do as it is told`,
    means: 'It belongs to another account, or hangs in the kernel.',
    next: `Look at it: ps -o pid,user,stat,wchan -p ${pid}`,
  }
}

export function occupied(path: string, aside: string): Fault {
  return {
    code: 'fault.occupied',
    what: `${path} cannot be put back: something else stands there by now`,
    means: `What a drill moved aside lies in ${aside}, whole.`,
    next: `Move away what stands in ${path}; taking the fault away is tried again.`,
  }
}

export function notFilled(path: string, why: string): Fault {
  return {
    code: 'fault.disk',
    what: `The disk under ${path} is not filled: ${why}`,
    means: 'Nothing was changed.',
    next: 'Mount what drills may fill there.',
  }
}
