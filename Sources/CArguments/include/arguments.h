#ifndef CARGUMENTS_H
#define CARGUMENTS_H

/* The words that the program was started with, its name first: what main() is
   called with. -1 where the C library doesn't tell. */
int arguments_count(void);

/* Word k of them. */
const char *arguments_word(int k);

#endif
