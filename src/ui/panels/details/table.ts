import type { ConsoleState } from '../../../state/store.ts'
import type { Theme } from '../../theme.ts'
import type { Content, Detail } from '../panel.ts'
import { checkDetail } from './check.ts'
import { databaseDetail } from './database.ts'
import { itemDetail } from './item.ts'
import { lineDetail } from './line.ts'
import { messageDetail } from './message.ts'
import { serviceDetail } from './service.ts'
import { stepDetail } from './step.ts'

/** All there is to know of one row. */
export function detailContent(detail: Detail, state: ConsoleState, theme: Theme, width: number): Content {
  switch (detail.kind) {
    case 'step':
      return stepDetail(detail.id, state, theme, width)
    case 'check':
      return checkDetail(detail.name, state, theme, width)
    case 'service':
      return serviceDetail(detail.key, state, theme, width)
    case 'database':
      return databaseDetail(detail.name, state, theme, width)
    case 'message':
      return messageDetail(detail.id, state, theme, width)
    case 'item':
      return itemDetail(detail.id, state, theme, width)
    case 'line':
      return lineDetail(detail.seq, state, width)
  }
}
