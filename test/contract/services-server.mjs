import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { SHARED: shared, ASTERN_RELEASE: release } = process.env
const {
  says,
  health = 200,
  stubborn = false,
  endsAfterLooks = Infinity,
  warmUp = 0,
} = JSON.parse(readFileSync('manner.json', 'utf8'))

appendFileSync(`${shared}/starts.log`, `${release}\n`)
console.log(`${release} begins`)
process.on('SIGTERM', () => {
  if (!stubborn) process.exit(0)
})
let looks = 0
const server = createServer((asked, answer) => {
  if (asked.url === '/version') return answer.end(JSON.stringify({ version: says }))
  if (++looks > endsAfterLooks) {
    console.error('fatal: cannot go on')
    process.exit(3)
  }
  answer.writeHead(looks <= warmUp ? 503 : health).end()
})
server.listen(0, '127.0.0.1', () => {
  writeFileSync(`${shared}/port.${process.pid}`, String(server.address().port))
  renameSync(`${shared}/port.${process.pid}`, `${shared}/port`)
})
