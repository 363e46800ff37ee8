/*
 * Moves the wall clock of one process, all its threads, by the nanoseconds that stand in a file: put in front of libc by
 * LD_PRELOAD, so that Date, file times and timestamps move together while the monotonic clock goes on, as when somebody sets
 * the machine's clock. The file (VIGIL_BED_CLOCK) is mapped once and read at every call.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *moved;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("VIGIL_BED_CLOCK");
  int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  if (file < 0) return;
  void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) moved = page;
}

static int wall_clock(struct timespec *now) {
  int failed = real_clock_gettime(CLOCK_REALTIME, now);
  if (failed != 0 || moved == NULL) return failed;
  int64_t nanos = now->tv_nsec + *moved % 1000000000;
  now->tv_sec += *moved / 1000000000;
  if (nanos < 0) { nanos += 1000000000; now->tv_sec -= 1; }
  if (nanos >= 1000000000) { nanos -= 1000000000; now->tv_sec += 1; }
  now->tv_nsec = nanos;
  return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (real_clock_gettime == NULL) begin();
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) return wall_clock(now);
  return real_clock_gettime(clock, now);
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  if (real_clock_gettime == NULL) begin();
  if (wall_clock(&exact) != 0) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec exact;
  if (real_clock_gettime == NULL) begin();
  wall_clock(&exact);
  if (out != NULL) *out = exact.tv_sec;
  return exact.tv_sec;
}
