import { workerData } from 'node:worker_threads'
import { start } from './keep-watch.ts'

start(workerData)
