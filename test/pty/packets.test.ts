import { afterEach, describe, expect, test } from 'vitest'
import { pressed } from '../live/keys.ts'
import { cli, linesOf, openStage, untilRun, type Stage } from '../live/support.ts'
import { openPty, type Pty } from './pty.ts'

let stage: Stage | null = null
let pty: Pty | null = null
afterEach(async () => {
  pty?.close()
  await stage?.close()
})

describe('keys that arrive in one packet, in front of an approval that destroys something', () => {
  test('approve nothing, over a real terminal, however they are joined', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const console = openPty([process.execPath, cli, 'rollback', '--emergency', '--config', stage.shop.manifestFile], {
      env: { ...process.env, ...stage.shop.env, ASTERN_HOME: stage.home },
    })
    pty = console
    const directory = await untilRun(stage.home, run => run.plan !== null, 'a plan')
    await console.until(text => text.includes('Read the plan, then approve it'), 'it is on the screen')
    for (const packet of ['\rshop\rmain\r\r\r', 'ay\rshop\tmain\t\t\r', '\u001b[200~shop\rmain\r\u001b[201~\r\r']) {
      console.write(packet)
      await console.until(text => text.includes('type shop'), 'the dialog')
      // Answered only when it hears again: whatever was in the packet is over by then.
      await pressed(console, '\u001b[C', () => console.text().includes('❯ [ Approve ]'), 'it hears')
      expect(console.text()).toContain('type shop: _')
      expect(console.text()).toContain('type main: _')
      await pressed(console, '\u001b', () => !console.text().includes('type shop'), 'it is closed')
    }
    const asked = linesOf(directory).flatMap(({ event }) => (event.kind === 'intent.taken' ? [event.ask] : []))
    expect(asked).toEqual(['take the helm'])
  })
})
