import type { MessageCommand } from '../../src/state/message.ts'
import type { ChannelAct } from '../../src/targets/channels/port.ts'
import { permitOf } from '../permit.ts'

export const context = { run: 'r-1118-a', environment: 'shop', directory: '/nowhere', holder: 'h' }

export const decided: MessageCommand = {
  kind: 'message.send',
  channel: 'room',
  delivery: 'r-1118-a.decided.room',
  moment: 'decided',
  subject: 'SEV-1 shop: restoring 1.2.2',
  text: 'We are restoring the previous version. Next update by 03:32 UTC.',
  facts: {
    at: '2026-11-22T03:12:40.123Z',
    openedAt: '2026-11-22T03:05:00.000Z',
    class: 'production',
    severity: 'SEV-1',
    scope: 'check out',
    from: '1.3.0',
    to: '1.2.2',
    services: [
      { service: 'api', host: 'web-1', digest: `sha256:${'9c'.repeat(32)}` },
      { service: 'worker', host: 'web-1', digest: 'not of an image' },
    ],
    next: '2026-11-22T03:32:40.123Z',
    data: null,
  },
}

export const resolved: MessageCommand = {
  ...decided,
  delivery: 'r-1118-a.resolved.room',
  moment: 'resolved',
  subject: 'SEV-1 shop: resolved',
  text: 'Resolved at 03:20 UTC; duration 15:00. Data: none lost. A review follows.',
  facts: { ...decided.facts!, at: '2026-11-22T03:20:00.000Z', next: null, data: 'Data: none lost.' },
}

/** What somebody outside may have put into a log line, a name or a field: to ping, to link, to overflow. */
export const hostile: MessageCommand = {
  ...decided,
  subject: `<!channel> @here <@U123> ${'é'.repeat(2000)}`,
  text: `<https://evil.example|log in> [log in](https://evil.example) <script>x</script> & @everyone ${'😀<&>'.repeat(20_000)}`,
}

export function send(channel: ChannelAct, command: MessageCommand) {
  const permit = permitOf(command, { run: context.run })
  return channel.apply(command, permit, context, () => undefined)
}
