#pragma once
#include <stdio.h>

int answer(FILE *in);
