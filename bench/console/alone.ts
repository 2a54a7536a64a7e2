import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openFleet, type Fleet } from './fleet.ts'
import { budget, type Budget } from './table.ts'
import { median, memoryOf, openTty, pause, workOf, type Pressed } from './tty.ts'

const idleSeconds = 20

/** One console in front of twenty services, at 120x40. */
export async function measureAlone(pairs: number): Promise<readonly Budget[]> {
  const fleet = await openFleet({ hosts: 1, services: 20, probeEvery: '2s' })
  try {
    return [...(await firstScreen(fleet, pairs)), ...(await idleAndKeys(fleet))]
  } finally {
    await fleet.close()
  }
}

/** From the command to the screen that says what to do, against a Node that does nothing, in alternating pairs. */
async function firstScreen(fleet: Fleet, pairs: number): Promise<readonly Budget[]> {
  const screens: number[] = []
  const bare: number[] = []
  const worked: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const tty = openTty(fleet.command('watch', fleet.run), { env: fleet.env })
    screens.push((await tty.wrote('ecide what to do')) - tty.startedAt)
    worked.push(workOf(tty.pid))
    tty.close()
    const began = performance.now()
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
    bare.push(performance.now() - began)
  }
  const ratio = median(screens.map((ms, at) => ms / (bare[at] ?? Number.NaN)))
  return [
    budget('command to first useful screen', median(screens), 150, 'ms'),
    budget('  the quickest of them', Math.min(...screens), 150, 'ms'),
    // A Node that does nothing takes 25 to 30 ms on a quiet machine, where 150 ms are five of it; this ratio holds on a busy one too.
    budget('  of which a processor worked', median(worked), 200, 'ms'),
    budget('  against a Node that does nothing', ratio, 6, 'times', 1),
  ]
}

async function idleAndKeys(fleet: Fleet): Promise<readonly Budget[]> {
  const tty = openTty(fleet.command('attach', fleet.run, '--take', 'bench'), { env: fleet.env })
  await tty.wrote('ecide what to do')
  await pause(5000)
  const before = tty.bytes()
  await pause(idleSeconds * 1000)
  const idle = (tty.bytes() - before) / idleSeconds
  const memory = { console: memoryOf(tty.pid), engine: memoryOf(fleet.enginePid) }
  const keys = {
    'a panel shown': await pressed(tty.press, ['s', 's', 'c', 'c', 'l', 'l', '2', '1', '5', '1']),
    'a row further': await pressed(tty.press, ['s', 'j', 'j', 'j', 'k', 'k', 'j', 'k', 'k']).then(all => all.slice(1)),
    'a character typed': await typing(tty.press),
  }
  tty.close()
  // The node binary's own pages are the same for both.
  const files = Math.max(memory.console.files, memory.engine.files)
  return [
    budget('idle, 20 services live, 120x40', idle, 500, 'B/s'),
    ...Object.entries(keys).flatMap(([what, all]) => [
      budget(`${what}: to its first byte`, median(all.map(({ ms }) => ms)), 16, 'ms', 1),
      budget(`${what}: bytes`, median(all.map(({ bytes }) => bytes)), 1024, 'B'),
    ]),
    budget(
      `console (${memory.console.own.toFixed(0)}) and engine (${memory.engine.own.toFixed(0)}) together`,
      memory.console.own + memory.engine.own + files,
      200,
      'MB',
    ),
  ]
}

async function typing(press: (key: string) => Promise<Pressed>): Promise<readonly Pressed[]> {
  await press('\u001b')
  // A note hears at once; nothing of it is sent.
  await press('n')
  const all = await pressed(press, [...'the queue fills'])
  await press('\u001b')
  return all
}

async function pressed(press: (key: string) => Promise<Pressed>, keys: readonly string[]): Promise<readonly Pressed[]> {
  const all: Pressed[] = []
  for (const key of keys) all.push(await press(key))
  return all
}
