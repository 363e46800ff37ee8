// Ends at once, with the exit code it is told.
process.exitCode = Number(process.env.EXIT_CODE ?? 0);
