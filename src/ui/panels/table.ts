import type { PhaseNumber } from '../../state/phases.ts'
import { phaseOf } from '../../state/selectors.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Theme } from '../theme.ts'
import type { Overlay, PanelName } from '../view/view.ts'
import { assessPanel } from './assess.ts'
import { checksPanel, validatePanel } from './checks.ts'
import { databasePanel } from './database.ts'
import { detailContent } from './details/table.ts'
import { diffPanel } from './diff.ts'
import { drillPanel } from './drill.ts'
import { flowPanel } from './flow.ts'
import { followUpPanel } from './follow-up.ts'
import { guidePanel } from './guide.ts'
import { helpPanel } from './help.ts'
import { logPanel } from './log.ts'
import { messagesPanel } from './messages.ts'
import type { Content, Panel } from './panel.ts'
import { planPanel } from './plan.ts'
import { servicesPanel } from './services.ts'
import { timesPanel } from './times.ts'
import { workPanel } from './work.ts'

/** `phase`: the one that is looked at; null: the one the run is in. */
export function panelContent(
  name: PanelName,
  phase: PhaseNumber | null,
  state: ConsoleState,
  theme: Theme,
  width: number,
): Content {
  if (name === 'phase') return phaseContent(phase ?? phaseOf(state.run), state, theme, width)
  return panels[name](state, theme, width)
}

const panels: Readonly<Record<Exclude<PanelName, 'phase'>, Panel>> = {
  services: servicesPanel,
  database: databasePanel,
  checks: checksPanel,
  messages: messagesPanel,
  log: logPanel,
}

export function overlayContent(over: Overlay, state: ConsoleState, theme: Theme, width: number): Content {
  switch (over.kind) {
    case 'help':
      return helpPanel(state, theme, width)
    case 'diff':
      return diffPanel(state, theme, width)
    case 'times':
      return timesPanel(state, theme, width)
    case 'flow':
      return flowPanel(state, theme, width)
    case 'drill':
      return drillPanel(state, theme, width)
    case 'guide':
      return guidePanel(state, theme, width)
    case 'step':
    case 'check':
    case 'service':
    case 'database':
    case 'message':
    case 'item':
    case 'line':
      return detailContent(over, state, theme, width)
  }
}

function phaseContent(phase: PhaseNumber, state: ConsoleState, theme: Theme, width: number): Content {
  switch (phase) {
    case 1:
      return assessPanel(state, theme, width)
    case 2:
      return planPanel(state, theme, width)
    case 3:
    case 4:
      return workPanel(state, theme, width, phase)
    case 5:
      return validatePanel(state, theme, width)
    case 6:
      return followUpPanel(state, theme, width)
  }
}
