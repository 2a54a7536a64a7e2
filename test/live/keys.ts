import { until } from './support.ts'
import type { Terminal } from './terminal.ts'

/** Types both names into the one dialog. What it is deaf to at first is typed again once it hears. */
export async function approve(terminal: Terminal): Promise<void> {
  await until(() => terminal.text().includes('Read the plan, then approve it'), 'the plan')
  await pressed(terminal, '\r', () => terminal.text().includes('type shop'), 'the dialog')
  await pressed(terminal, '\u001b[C', () => terminal.text().includes('❯ [ Approve ]'), 'the dialog hears')
  for (const [name, shows] of [
    ['shop', /type shop: shop +✓/],
    ['main', /type main: main +✓/],
  ] as const) {
    terminal.write(name)
    await until(() => shows.test(terminal.text()), `${name} is typed`)
    terminal.write('\r')
    await until(() => terminal.text().includes(name === 'shop' ? '❯ Database' : '❯'), 'the next field')
  }
  await pressed(terminal, '\r', () => !terminal.text().includes('approve it'), 'it is approved')
}

/** A key, and again only where nothing came of it: one that waits in the queue would be taken by what it opened. */
export async function pressed(
  terminal: Pick<Terminal, 'text' | 'write'>,
  key: string,
  is: () => boolean,
  what: string,
): Promise<void> {
  for (let tries = 0; tries < 20 && !is(); tries += 1) {
    terminal.write(key)
    await until(is, what, 3000).catch(() => undefined)
  }
  await until(is, `${what}\n${terminal.text()}`)
}
