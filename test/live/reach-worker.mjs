// Asks an Engine once and says so; then it ends by itself, or stays to be killed. It closes nothing.
import { openEngine } from '../../src/targets/services/docker/engine.ts'

const [, , endpoint = '', stay] = process.argv
const engine = openEngine('web-1', JSON.parse(endpoint))
const answer = await engine.call('list its containers', docker => docker.listContainers())
process.stdout.write(answer.ok ? 'answered\n' : 'not answered\n')
if (stay === 'stay') setInterval(() => {}, 1000)
