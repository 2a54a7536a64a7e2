import type { Line, RunEvent } from './event.ts'
import type { Helm } from './run-state.ts'

type HelmEvent = Extract<RunEvent, { kind: `helm.${string}` }>

/** Whoever asked, and whoever was told no, is forgotten with each change of hands. */
export function reduceHelm(helm: Helm, event: HelmEvent, { actor: { name }, ts: at }: Line): Helm {
  const { epoch, holder, asked } = helm
  switch (event.kind) {
    case 'helm.taken':
      return { epoch: event.epoch, holder: { name, console: event.console, since: at } }
    case 'helm.given':
      return { epoch: event.epoch, holder: { name: event.to, console: event.console, since: at } }
    case 'helm.left':
      return epoch === event.epoch ? { epoch, holder: null } : helm
    case 'helm.asked':
      return { epoch, holder, asked: { name, console: event.console, at, reason: event.reason } }
    case 'helm.kept': {
      const { console, word } = event
      return asked?.console === console ? { epoch, holder, kept: { by: name, console, at, word } } : helm
    }
    case 'helm.unasked':
      return asked?.console === event.console ? { epoch, holder } : helm
  }
}
