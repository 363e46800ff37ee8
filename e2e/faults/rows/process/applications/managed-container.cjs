// What a process manager's container script does: takes the place of the application's main script, then loads it.
const path = process.env.pm_exec_path;
process.argv[1] = path;
process.title = `node ${path}`;
process.on('disconnect', () => process.exit(0));
require(path);
