import { expect, test } from 'vitest'
import { withSettings } from '../../../src/targets/databases/mysql/act/with-settings.ts'
import type { Session } from '../../../src/targets/databases/mysql/session.ts'
import { Refused } from '../../../src/targets/databases/mysql/trouble.ts'

test('a setting that the server does not know leaves none of the others behind', async () => {
  const said: string[] = []
  const session: Session = {
    rows: () => Promise.resolve([]),
    run: sql => {
      said.push(sql)
      return sql.startsWith('SET SESSION collation_connection')
        ? Promise.reject(new Refused(1273, 'Unknown collation'))
        : Promise.resolve(0)
    },
    close: () => Promise.resolve(),
  }
  const made = withSettings(session, { mode: 'ANSI_QUOTES', collation: 'utf8mb4_0900_ai_ci' }, () => Promise.resolve())
  await expect(made).rejects.toThrow('Unknown collation')
  expect(said).toContain('SET SESSION sql_mode = DEFAULT')
})
