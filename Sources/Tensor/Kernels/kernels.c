#include "sonic_kernels.h"
