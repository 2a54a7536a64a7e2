import type { Fault } from '../../../../state/fault.ts'
import { placeOf, type ReleasesConfig } from '../../../services/releases/layout.ts'
import type { HandMeans, Hands } from '../../keeper/hand.ts'
import type { ReleasesTask } from '../task.ts'
import { moveAside, moveBack } from './aside.ts'
import { emptyDisk, fillDisk } from './fill.ts'
import { isThere } from './is-there.ts'
import { bringBack, killAll, loop, pauseAll, restart, resumeAll, stop, type Doer } from './run.ts'
import { swapIn, swapOut } from './swap.ts'
import { rootGone } from './words.ts'

export function releasesHands(task: ReleasesTask, means: HandMeans): Hands {
  const hands = handsOf(task, means)
  if (task.does.kind === 'daemon_gone') return hands
  // What cannot be reached cannot be said to be taken away.
  const reached = async (work: () => Promise<Fault | null>): Promise<Fault | null> =>
    (await isThere(task.root)) ? work() : rootGone(task)
  return { ...hands, put: () => reached(hands.put), takeBack: () => reached(hands.takeBack) }
}

function handsOf(task: ReleasesTask, means: HandMeans): Hands {
  const { does, host, aside, root } = task
  if (does.kind === 'daemon_gone') return { put: () => moveAside(root, aside), takeBack: () => moveBack(root, aside) }
  if (does.kind === 'disk_full')
    return { put: () => fillDisk(does.path, aside, does.home), takeBack: () => emptyDisk(does.path, aside) }
  const config: ReleasesConfig = { ...task.config, resolve: means.resolve, now: means.now }
  const doer: Doer = { config, place: placeOf(config, { service: does.service, host }), host, evidence: means.evidence }
  switch (does.kind) {
    case 'stop':
    case 'kill':
      return {
        put: () => (does.kind === 'kill' ? killAll(doer) : stop(doer)),
        takeBack: async () => (does.ran ? bringBack(doer, null) : null),
      }
    case 'pause':
      return { put: () => pauseAll(doer), takeBack: () => resumeAll(doer) }
    case 'restart_loop':
      return {
        put: () => restart(doer, does.release),
        hold: signal => loop(doer, does, signal),
        takeBack: () => bringBack(doer, does.release),
      }
    case 'image_gone':
      return swapOut(doer, does.release, aside)
    case 'tag_moved':
      return swapIn(doer, does, aside)
  }
}
