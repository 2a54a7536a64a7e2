import type { PhaseNumber } from '../../state/phases.ts'
import { phaseOf } from '../../state/selectors.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Theme } from '../theme.ts'
import type { View } from '../view/view.ts'
import { assessPanel } from './assess.ts'
import { checksPanel, validatePanel } from './checks.ts'
import { databasePanel } from './database.ts'
import { diffPanel } from './diff.ts'
import { followUpPanel } from './follow-up.ts'
import { helpPanel } from './help.ts'
import { logPanel } from './log.ts'
import type { Content } from './panel.ts'
import { planPanel } from './plan.ts'
import { servicesPanel } from './services.ts'
import { workPanel } from './work.ts'

/** What stands in the main panel: an overlay, the panel chosen, or the phase looked at. */
export function mainContent(view: View, state: ConsoleState, theme: Theme, width: number): Content {
  if (view.overlay === 'help') return helpPanel(state, theme, width)
  if (view.overlay === 'diff') return diffPanel(state, theme, width)
  switch (view.panel) {
    case 'services':
      return servicesPanel(state, theme, width)
    case 'database':
      return databasePanel(state, theme, width)
    case 'checks':
      return checksPanel(state, theme, width)
    case 'log':
      return logPanel(state, theme, width)
    case 'phase':
      return phaseContent(view.phase ?? phaseOf(state.run), state, theme, width)
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
