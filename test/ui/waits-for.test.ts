import { expect, test } from 'vitest'
import { primaryOf } from '../../src/ui/view/primary.ts'
import { promptFor } from '../../src/ui/view/said-first.ts'
import { stateAfter } from './support/states.ts'

const at = (kind: string) => stateAfter(event => event.kind === kind, 'watch')

test('a watcher reads whom the run waits for, and whoever has the helm what to do', () => {
  const deciding = at('facts.gathered')
  const prompt = primaryOf(deciding.run)?.prompt ?? ''
  const watcher = { ...deciding.me, console: 'another' }
  const nobody = { ...deciding.run, helm: { epoch: 2, holder: null } }
  expect([
    promptFor(deciding, prompt),
    promptFor({ run: deciding.run, me: watcher }, prompt),
    promptFor({ run: nobody, me: watcher }, prompt),
    promptFor({ run: nobody, me: { ...watcher, role: 'helm' } }, prompt),
  ]).toEqual([
    'Decide what to do: severity, choice and reason',
    'Waits for ana: decide what to do: severity, choice and reason',
    'Waits for somebody to take the helm: decide what to do: severity, choice and reason',
    'Decide what to do: severity, choice and reason',
  ])
})
