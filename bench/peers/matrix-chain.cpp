// The interval recurrence for dense matrix chains in C++, twice: what the
// ordering times are held against.
//
//   matrix-chain two-table|rows SECONDS  < d_0 … d_q
//
// prints the optimum and the seconds of the recurrence alone, or nothing when it
// takes longer than SECONDS.
// c++ -O3 -march=native -o matrix-chain matrix-chain.cpp
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <vector>

#include <unistd.h>

using Table = std::vector<int64_t>;

// C(i, j) with a transposed copy, so that the minimum over k runs along memory.
static int64_t two_table(const Table& d) {
  const size_t q = d.size() - 1;
  Table c(q * q, 0), t(q * q, 0);
  for (size_t length = 2; length <= q; length++) {
    for (size_t i = 0; i + length <= q; i++) {
      const size_t j = i + length - 1;
      const int64_t *row = &c[i * q], *column = &t[j * q];
      const int64_t ends = d[i] * d[j + 1];
      int64_t best = INT64_MAX;
      for (size_t k = i; k < j; k++)
        best = std::min(best, row[k] + column[k + 1] + ends * d[k + 1]);
      c[i * q + j] = t[j * q + i] = best;
    }
  }
  return c[q - 1];
}

// One table, rows from the last to the first, all ends j of a split together.
static int64_t rows(const Table& d) {
  const size_t q = d.size() - 1;
  Table c(q * q, INT64_MAX);
  for (size_t i = q; i-- > 0;) {
    int64_t* row = &c[i * q];
    row[i] = 0;
    for (size_t k = i; k + 1 < q; k++) {
      const int64_t base = row[k], area = d[i] * d[k + 1];
      const int64_t* tail = &c[(k + 1) * q];
      for (size_t j = k + 1; j < q; j++)
        row[j] = std::min(row[j], base + tail[j] + area * d[j + 1]);
    }
  }
  return c[q - 1];
}

int main(int argc, char** argv) {
  Table d;
  for (int64_t x; std::cin >> x;) d.push_back(x);
  if (argc != 3 || d.size() < 2) return 64;
  alarm(std::atoi(argv[2]));
  const auto start = std::chrono::steady_clock::now();
  const int64_t value =
      std::strcmp(argv[1], "rows") == 0 ? rows(d) : two_table(d);
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  std::printf("%lld %.9f\n", static_cast<long long>(value), seconds.count());
}
