// A small tape, reverse and forward, and a Jacobian of a composed function that is
// computed in the order that libjchain finds: functions are only applied, except where
// the plan says to accumulate one.
#include <jchain.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// What a function did with its numbers: partial derivatives of each operation.
class Tape {
 public:
  struct Entry {
    int arguments[2];
    double slopes[2];
  };

  int input() { return push({{-1, -1}, {0, 0}}); }
  int push(Entry entry) {
    entries_.push_back(entry);
    return static_cast<int>(entries_.size()) - 1;
  }
  int edges() const {
    int count = 0;
    for (const Entry &entry : entries_)
      count += (entry.arguments[0] >= 0) + (entry.arguments[1] >= 0);
    return count;
  }

  // J v, for one seed v of the inputs: entries 0 … n - 1.
  std::vector<double> tangent(const std::vector<double> &seed,
                              const std::vector<int> &outputs) const {
    std::vector<double> dots(entries_.size());
    for (size_t k = 0; k < entries_.size(); ++k) {
      if (k < seed.size()) dots[k] = seed[k];
      for (int side = 0; side < 2; ++side)
        if (entries_[k].arguments[side] >= 0)
          dots[k] += entries_[k].slopes[side] * dots[entries_[k].arguments[side]];
    }
    std::vector<double> result;
    for (int output : outputs) result.push_back(dots[output]);
    return result;
  }

  // w J, for one seed w of the outputs.
  std::vector<double> adjoint(const std::vector<double> &seed,
                              const std::vector<int> &outputs, size_t n) const {
    std::vector<double> bars(entries_.size());
    for (size_t i = 0; i < outputs.size(); ++i) bars[outputs[i]] += seed[i];
    for (size_t k = entries_.size(); k-- > 0;)
      for (int side = 0; side < 2; ++side)
        if (entries_[k].arguments[side] >= 0)
          bars[entries_[k].arguments[side]] += entries_[k].slopes[side] * bars[k];
    return {bars.begin(), bars.begin() + static_cast<long>(n)};
  }

 private:
  std::vector<Entry> entries_;
};

struct Number {
  double value;
  int entry;
  Tape *tape;
};

Number operator+(Number a, Number b) {
  return {a.value + b.value, a.tape->push({{a.entry, b.entry}, {1, 1}}), a.tape};
}
Number operator*(Number a, Number b) {
  return {a.value * b.value,
          a.tape->push({{a.entry, b.entry}, {b.value, a.value}}), a.tape};
}
Number operator*(double a, Number b) {
  return {a * b.value, b.tape->push({{b.entry, -1}, {a, 0}}), b.tape};
}
Number sin(Number a) {
  return {std::sin(a.value),
          a.tape->push({{a.entry, -1}, {std::cos(a.value), 0}}), a.tape};
}

using Vector = std::vector<Number>;
using Function = std::function<Vector(const Vector &)>;

// A dense m × n matrix, row by row.
struct Matrix {
  size_t rows, columns;
  std::vector<double> entries;
  Matrix(size_t m, size_t n) : rows(m), columns(n), entries(m * n) {}
  double &at(size_t i, size_t j) { return entries[i * columns + j]; }
  double at(size_t i, size_t j) const { return entries[i * columns + j]; }
};

// A function that has been evaluated at a point.
struct Elemental {
  Tape tape;
  std::vector<int> outputs;
  size_t inputs;
  std::vector<double> values;

  Elemental(const Function &function, const std::vector<double> &point)
      : inputs(point.size()) {
    Vector x;
    for (double value : point) x.push_back({value, tape.input(), &tape});
    for (Number y : function(x)) {
      outputs.push_back(y.entry);
      values.push_back(y.value);
    }
  }

  Matrix applied_to(const Matrix &inner) const {  // J · inner, by tangents
    Matrix result(outputs.size(), inner.columns);
    for (size_t j = 0; j < inner.columns; ++j) {
      std::vector<double> seed;
      for (size_t i = 0; i < inner.rows; ++i) seed.push_back(inner.at(i, j));
      const auto column = tape.tangent(seed, outputs);
      for (size_t i = 0; i < column.size(); ++i) result.at(i, j) = column[i];
    }
    return result;
  }

  Matrix applied_by(const Matrix &outer) const {  // outer · J, by adjoints
    Matrix result(outer.rows, inputs);
    for (size_t i = 0; i < outer.rows; ++i) {
      std::vector<double> seed;
      for (size_t j = 0; j < outer.columns; ++j) seed.push_back(outer.at(i, j));
      const auto row = tape.adjoint(seed, outputs, inputs);
      for (size_t j = 0; j < row.size(); ++j) result.at(i, j) = row[j];
    }
    return result;
  }
};

Matrix identity(size_t n) {
  Matrix result(n, n);
  for (size_t i = 0; i < n; ++i) result.at(i, i) = 1;
  return result;
}

Matrix product(const Matrix &a, const Matrix &b) {
  Matrix result(a.rows, b.columns);
  for (size_t i = 0; i < a.rows; ++i)
    for (size_t k = 0; k < a.columns; ++k)
      for (size_t j = 0; j < b.columns; ++j)
        result.at(i, j) += a.at(i, k) * b.at(k, j);
  return result;
}

// What libjchain needs to know of the chain: shapes, and what a product costs.
std::string problem(const std::vector<Elemental> &chain) {
  std::string text = "{\"format\": \"jacobian-chain/1\", \"factors\": [";
  for (size_t k = 0; k < chain.size(); ++k) {
    const std::string cost = std::to_string(chain[k].tape.edges());
    text += (k ? ", {\"rows\": " : "{\"rows\": ") +
            std::to_string(chain[k].outputs.size()) +
            ", \"columns\": " + std::to_string(chain[k].inputs) +
            ", \"tangent\": " + cost + ", \"adjoint\": " + cost +
            ", \"tape\": " + cost + "}";
  }
  return text + "]}";
}

// The Jacobian of the whole, step by step as planned.
Matrix jacobian(const std::vector<Elemental> &chain, const jc_solved *solved) {
  size_t count = 0;
  const jc_step *steps = jc_solved_steps(solved, &count);
  std::vector<Matrix> values;
  for (size_t k = 0; k < count; ++k) {
    const jc_step &step = steps[k];
    const bool forward = step.mode == JC_TANGENT;
    switch (step.kind) {
      case JC_ACCUMULATE: {
        const Elemental &f = chain[step.factor];
        values.push_back(forward ? f.applied_to(identity(f.inputs))
                                 : f.applied_by(identity(f.outputs.size())));
        break;
      }
      case JC_MULTIPLY:
        values.push_back(
            product(values[step.operands[0]], values[step.operands[1]]));
        break;
      case JC_ELIMINATE: {
        const Elemental &f = chain[step.factor];
        const Matrix &operand = values[step.operands[0]];
        values.push_back(forward ? f.applied_to(operand) : f.applied_by(operand));
        break;
      }
      default:
        throw std::logic_error("a given factor in a chain of functions");
    }
  }
  return values[jc_solved_targets(solved, nullptr)[0]];
}

// R^m → R^n: sums of sines of neighbours.
Function layer(size_t n) {
  return [n](const Vector &x) {
    Vector y;
    for (size_t i = 0; i < n; ++i) {
      Number sum = 0.1 * x[i % x.size()];
      for (size_t j = 0; j < x.size(); ++j)
        sum = sum + std::cos(double(i + 3 * j)) * sin(x[j] * x[(i + j) % x.size()]);
      y.push_back(sum);
    }
    return y;
  };
}

}  // namespace

int main() {
  std::vector<double> point(60, 0.3);
  for (size_t i = 0; i < point.size(); ++i) point[i] += 0.01 * double(i);
  std::vector<Elemental> chain;
  for (size_t width : {20, 3, 30, 80}) {
    chain.emplace_back(layer(width), point);
    point = chain.back().values;
  }

  jc_solved *solved = nullptr;
  const std::string text = problem(chain);
  if (jc_solve(text.data(), text.size(), nullptr, nullptr, 0, nullptr, nullptr,
               &solved) != JC_DONE) {
    std::fprintf(stderr, "%s\n", jc_last_error()->message);
    return 1;
  }
  std::fputs(jc_solved_text(solved, 80, nullptr), stdout);
  const Matrix planned = jacobian(chain, solved);
  jc_solved_free(solved);

  // Forward mode: every function applied to all that came before.
  Matrix forward = identity(chain[0].inputs);
  for (const Elemental &function : chain) forward = function.applied_to(forward);
  double error = 0, size = 0;
  for (size_t k = 0; k < forward.entries.size(); ++k) {
    error = std::fmax(error, std::fabs(planned.entries[k] - forward.entries[k]));
    size = std::fmax(size, std::fabs(forward.entries[k]));
  }
  std::printf("%zu × %zu Jacobian, largest difference from forward mode: %s\n",
              planned.rows, planned.columns,
              error <= 1e-12 * size ? "below 1e-12" : "TOO LARGE");
  return error <= 1e-12 * size && size > 0 ? 0 : 1;
}
