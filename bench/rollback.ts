import { rmSync } from 'node:fs'
import type Docker from 'dockerode'
import type { Plan, Step } from '../src/state/plan.ts'
import { recreation } from '../src/targets/services/docker/config.ts'
import { openFleet, type Fleet } from '../test/engines/fleet.ts'
import { twelve } from '../test/engines/twelve.ts'
import { linesOf, runsOf } from '../test/live/support.ts'

/** Astern against the same raw API calls in the same order with the same gates, in alternating pairs. Budget: 1.10. */
async function main(pairs: number): Promise<void> {
  const fleet = await openFleet(['web-1', 'web-2', 'web-3'], twelve)
  const figures = { astern: [] as number[], raw: [] as number[] }
  try {
    for (let pair = 1; pair <= pairs; pair += 1) {
      figures.astern.push(await byAstern(fleet))
      await fleet.deploy('1.3.0')
      figures.raw.push(await byHand(fleet))
      await fleet.deploy('1.3.0')
      process.stdout.write(
        `pair ${pair}: astern ${figures.astern.at(-1)?.toFixed(2)} s, raw ${figures.raw.at(-1)?.toFixed(2)} s\n`,
      )
    }
  } finally {
    await fleet.close()
  }
  const [astern, raw] = [median(figures.astern), median(figures.raw)]
  process.stdout.write(
    `twelve services on three hosts: astern ${astern.toFixed(2)} s, raw ${raw.toFixed(2)} s, ratio ${(astern / raw).toFixed(2)}\n`,
  )
  process.exitCode = astern / raw <= 1.1 ? 0 : 1
}

/** From the approval to the last proof. */
async function byAstern(fleet: Fleet): Promise<number> {
  rmSync(fleet.home, { recursive: true, force: true })
  const ran = await fleet.astern(await fleet.rollbackArgs(['--emergency']))
  if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
  await fleet.astern(['unfreeze', '--clear', '1.3.0'])
  const lines = linesOf(runsOf(fleet.home)[0] ?? '')
  const at = (is: (line: (typeof lines)[number]) => boolean): number => new Date(lines.findLast(is)?.ts ?? '').getTime()
  const approved = at(({ event }) => event.kind === 'plan.approved')
  const proven = at(({ event }) => event.kind === 'step.settled' && event.step.endsWith('.prove'))
  return (proven - approved) / 1000
}

/** The plan's own order, each step as nothing but its calls. */
async function byHand(fleet: Fleet): Promise<number> {
  const planned = await fleet.astern(['plan', '--json', '--emergency'])
  const { plan } = JSON.parse(planned.stdout) as { plan: Plan }
  const steps = plan.steps.filter(({ command }) => command.kind.startsWith('service.'))
  const began = performance.now()
  const done = new Map<string, Promise<void>>()
  for (const step of steps) {
    const needs = step.needs.flatMap(id => done.get(id) ?? [])
    done.set(
      step.id,
      Promise.all(needs).then(() => callsOf(fleet, step)),
    )
  }
  await Promise.all(done.values())
  return (performance.now() - began) / 1000
}

async function callsOf(fleet: Fleet, { command }: Step): Promise<void> {
  if (!('service' in command)) return
  const engine = fleet.engines[command.host]
  if (engine === undefined) throw new Error(`no engine ${command.host}`)
  const { docker, address } = engine
  const name = `shop-${command.service}-1`
  const url = `http://${address}:${fleet.port(command.service)}`
  switch (command.kind) {
    case 'service.stop':
      await docker.getContainer(name).update({ RestartPolicy: { Name: 'no' } })
      await docker.getContainer(name).stop({ t: 2 })
      return
    case 'service.point':
      return replace(docker, name, command.digest)
    case 'service.start':
      await docker.getContainer(name).update({ RestartPolicy: { Name: 'unless-stopped' } })
      await docker.getContainer(name).start()
      return
    case 'service.health':
      return healthy(`${url}/healthz`)
    case 'service.pull':
    case 'service.beside':
    case 'service.withdraw':
    case 'service.update':
    case 'service.connect':
    case 'traffic.drain':
    case 'traffic.reload':
      return
    case 'service.prove':
      await fetch(`${url}/version`).then(answer => answer.text())
      return
  }
}

async function replace(docker: Docker, name: string, digest: string): Promise<void> {
  const from = await docker.getContainer(name).inspect()
  const image = await docker.getImage(from.Image).inspect()
  const { body } = recreation(from, image.Config, digest)
  const fresh = await docker.createContainer({ ...body, name: `${name}.new` })
  await docker.getContainer(name).rename({ name: `${name}.old` })
  await fresh.rename({ name })
}

/** Twice in a row, over 200 ms, asked every 100. */
async function healthy(url: string): Promise<void> {
  let row = 0
  let since = 0
  for (;;) {
    const good = await fetch(url).then(
      answer => answer.ok,
      () => false,
    )
    if (!good) row = 0
    else if (row === 0) since = performance.now()
    row = good ? row + 1 : 0
    if (row >= 2 && performance.now() - since >= 200) return
    await new Promise(done => setTimeout(done, 100))
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

await main(Number(process.argv[2] ?? 5))
