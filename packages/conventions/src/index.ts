export { type Metric, promLabel, promName } from './metric.ts';
