// The part of io_uring's binary interface that is used here, as numbers: the headers of current distributions are older than the
// kernels under them. Source: include/uapi/linux/io_uring.h of Linux 6.18; the release that introduced each newer name stands beside it.
// Entries are written as 32-bit words in little-endian layout, which is that of every machine Node.js and io_uring meet on.

/** Flags of io_uring_setup(2). */
export const SETUP_SQPOLL = 0x2; // 5.1
export const SETUP_CQSIZE = 0x8; // 5.5
export const SETUP_CLAMP = 0x10; // 5.6
export const SETUP_SUBMIT_ALL = 0x80; // 5.18
export const SETUP_COOP_TASKRUN = 0x100; // 5.19
export const SETUP_TASKRUN_FLAG = 0x200; // 5.19
export const SETUP_SINGLE_ISSUER = 0x1000; // 6.0
export const SETUP_DEFER_TASKRUN = 0x2000; // 6.1

/** What a ring says it can do. */
export const FEATURE_NODROP = 0x2; // 5.5
export const FEATURE_FAST_POLL = 0x20; // 5.7
export const FEATURE_EXT_ARG = 0x100; // 5.11

/** Flags that the kernel sets in the submission queue's ring. */
export const SQ_NEED_WAKEUP = 0x1;
export const SQ_CQ_OVERFLOW = 0x2;
export const SQ_TASKRUN = 0x4;

export const ENTER_GETEVENTS = 0x1;
export const ENTER_SQ_WAKEUP = 0x2;
export const ENTER_SQ_WAIT = 0x4; // 5.10

/** Flags of an entry of the submission queue. */
export const SQE_FIXED_FILE = 0x1; // 5.1
export const SQE_IO_LINK = 0x4; // 5.3
export const SQE_IO_HARDLINK = 0x8; // 5.5
export const SQE_BUFFER_SELECT = 0x20; // 5.7

/** Flags of a completion. With `CQE_F_BUFFER`, the number of the buffer stands above `CQE_BUFFER_SHIFT`. */
export const CQE_F_BUFFER = 0x1; // 5.7
export const CQE_F_MORE = 0x2; // 5.13
export const CQE_F_NOTIF = 0x8; // 6.0
export const CQE_F_BUF_MORE = 0x10; // 6.12
export const CQE_BUFFER_SHIFT = 16;

/** An entry of the submission queue is 16 words, one of the completion queue 4. */
export const SQE_WORDS_LOG2 = 4;
export const CQE_WORDS_LOG2 = 2;

export const OP_NOP = 0;
export const OP_READV = 1;
export const OP_WRITEV = 2;
export const OP_FSYNC = 3;
export const OP_READ_FIXED = 4;
export const OP_WRITE_FIXED = 5;
export const OP_POLL_ADD = 6;
export const OP_SENDMSG = 9;
export const OP_RECVMSG = 10;
export const OP_TIMEOUT = 11;
export const OP_TIMEOUT_REMOVE = 12;
export const OP_ACCEPT = 13;
export const OP_ASYNC_CANCEL = 14;
export const OP_LINK_TIMEOUT = 15;
export const OP_CONNECT = 16;
export const OP_FALLOCATE = 17; // 5.6
export const OP_OPENAT = 18;
export const OP_CLOSE = 19; // 5.6
export const OP_STATX = 21; // 5.6
export const OP_READ = 22; // 5.6
export const OP_WRITE = 23; // 5.6
export const OP_FADVISE = 24; // 5.6
export const OP_SEND = 26; // 5.6
export const OP_RECV = 27; // 5.6
export const OP_SPLICE = 30; // 5.7
export const OP_SHUTDOWN = 34; // 5.11
export const OP_RENAMEAT = 35; // 5.11
export const OP_UNLINKAT = 36; // 5.11
export const OP_MKDIRAT = 37; // 5.15
export const OP_SYMLINKAT = 38; // 5.15
export const OP_LINKAT = 39; // 5.15
export const OP_MSG_RING = 40; // 5.18
export const OP_SEND_ZC = 47; // 6.0
export const OP_SENDMSG_ZC = 48; // 6.1
export const OP_FIXED_FD_INSTALL = 54; // 6.8
export const OP_FTRUNCATE = 55; // 6.9

/** Flags of operations, where each has them. */
export const POLL_ADD_MULTI = 0x1; // 5.13, in `length`
export const ACCEPT_MULTISHOT = 0x1; // 5.19, in `priority`, as those below
export const RECV_MULTISHOT = 0x2; // 6.0
export const RECVSEND_FIXED_BUF = 0x4; // 6.0
export const SEND_ZC_REPORT_USAGE = 0x8; // 6.2
export const CANCEL_ALL = 0x1; // 5.19, in `flags`, as those below
export const CANCEL_FD = 0x2; // 5.19
export const CANCEL_ANY = 0x4; // 5.19
export const TIMEOUT_UPDATE = 0x2; // 5.11
export const TIMEOUT_ETIME_SUCCESS = 0x20; // 5.16

/** What the last completion of a zero-copy send says: whether the kernel copied after all. The sign bit. */
export const NOTIF_USAGE_ZC_COPIED: number = 0x8000_0000 | 0; // 6.2

/** In `fileIndex`: the kernel chooses a free place of the table of files. Otherwise it is the place plus one. */
export const FILE_INDEX_ALLOC = -1; // 5.19

/** Flags of a ring of provided buffers. */
export const PBUF_RING_INC = 0x2; // 6.12

/** Flags of the system calls that entries stand for. */
export const MSG_TRUNC = 0x20;
export const MSG_WAITALL = 0x100;
export const MSG_NOSIGNAL = 0x4000;
export const SOCK_CLOEXEC = 0o2000000;
export const O_CLOEXEC = 0o2000000;
export const AT_FDCWD = -100;
export const POLLIN = 1;
