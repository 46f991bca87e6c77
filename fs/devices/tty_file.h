/* fs/devices/tty_file.h - terminals and the clock as files, for
 * the device table */
#pragma once

#include "fs/vfs/vfs_impl.h"

extern const struct file_operations tty_fops;
