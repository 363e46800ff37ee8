import { diag } from '@opentelemetry/api';

/**
 * A warning by OpenTelemetry's diagnostics, from places the application calls: its own diagnostic logger may be behind them, and
 * must not throw back through us. Never throws.
 */
export function sayWarning(line: string): void {
  try {
    diag.warn(line);
  } catch {
    // The logger is the application's; there is nobody else to tell.
  }
}
