// Vector clocks, one processor register wide.
#ifndef ACQREL_MODEL_ENGINE_CLOCK_H_
#define ACQREL_MODEL_ENGINE_CLOCK_H_

#include <cstdint>
#include <cstring>

namespace acqrel::model::internal {

inline constexpr int max_threads = 8;

// clock[t] is a number of events of thread t: its first ones are included.
class clock {
 public:
  constexpr clock() noexcept : counts_{} {}

  int operator[](int thread) const noexcept { return counts_[thread]; }
  void set(int thread, int count) noexcept {
    // Not counts_[thread] = count, which goes through a copy of all eight.
    const auto value = static_cast<std::int16_t>(count);
    std::memcpy(reinterpret_cast<char*>(&counts_) + 2 * thread, &value, 2);
  }
  void join(const clock& other) noexcept {
    counts_ = counts_ > other.counts_ ? counts_ : other.counts_;
  }
  // Whether everything in `other` is in this one.
  bool covers(const clock& other) const noexcept {
    const vector missing = other.counts_ > counts_;
    std::uint64_t words[2];
    std::memcpy(words, &missing, sizeof(words));
    return (words[0] | words[1]) == 0;
  }
  // The same, whatever `other` holds of one thread.
  bool covers_but(int thread, const clock& other) const noexcept {
    const vector missing = (other.counts_ > counts_) & all_but[thread];
    std::uint64_t words[2];
    std::memcpy(words, &missing, sizeof(words));
    return (words[0] | words[1]) == 0;
  }
  bool operator==(const clock& other) const noexcept {
    return covers(other) && other.covers(*this);
  }

 private:
  typedef std::int16_t vector __attribute__((vector_size(16)));
  static_assert(sizeof(vector) == max_threads * sizeof(std::int16_t));
  static constexpr vector all_but[max_threads] = {
      {0, -1, -1, -1, -1, -1, -1, -1}, {-1, 0, -1, -1, -1, -1, -1, -1},
      {-1, -1, 0, -1, -1, -1, -1, -1}, {-1, -1, -1, 0, -1, -1, -1, -1},
      {-1, -1, -1, -1, 0, -1, -1, -1}, {-1, -1, -1, -1, -1, 0, -1, -1},
      {-1, -1, -1, -1, -1, -1, 0, -1}, {-1, -1, -1, -1, -1, -1, -1, 0}};
  vector counts_;
};

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_CLOCK_H_
