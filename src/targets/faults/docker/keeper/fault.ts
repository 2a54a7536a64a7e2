import type { Order } from '../aim.ts'
import { containerFault } from './containers.ts'
import type { Daemon } from './daemon.ts'
import { diskFault } from './disk.ts'
import { imageFault } from './image.ts'
import type { KeptFault } from './kept-fault.ts'
import { restartLoop } from './restart-loop.ts'
import { tagFault } from './tag.ts'

export function faultOf(daemon: Daemon, { run, injected, aim }: Order): KeptFault {
  switch (aim.kind) {
    case 'container':
      return injected.fault === 'restart_loop'
        ? restartLoop(daemon, aim, injected.settings.everyMs)
        : containerFault(daemon, aim, injected.fault)
    case 'image':
      return imageFault(daemon, aim)
    case 'tag':
      return tagFault(daemon, aim, `${run} ${injected.inject}`)
    case 'disk':
      return diskFault(`${run}-${injected.inject}`)
  }
}
