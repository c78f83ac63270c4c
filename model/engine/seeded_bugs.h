// Bugs that tests put into the checker, to see that some test finds each. In
// the checker that users get, has(...) is a constant, false.
#ifndef ACQREL_MODEL_ENGINE_SEEDED_BUGS_H_
#define ACQREL_MODEL_ENGINE_SEEDED_BUGS_H_

namespace acqrel::model::internal {

enum class bug {
  none,
  // Messages and clocks
  release_fence_carries_nothing,  // to a later relaxed store
  acquire_fence_does_nothing,
  failed_cas_uses_success_order,
  failed_cas_is_relaxed,
  update_breaks_release_sequence,
  own_store_continues_release_sequence,  // the rule before C++20
  any_store_continues_release_sequence,
  release_update_acquires,
  relaxed_load_acquires,
  relaxed_store_releases,
  acquire_fence_releases,
  release_fence_acquires,
  seq_cst_fence_joins_earlier_ones,
  // Coherence
  append_only_modification_order,
  failed_cas_reads_newest,
  update_attempt_reads_newest,
  bound_ignores_reads,
  bound_ignores_stores,
  bound_uses_po_rf,
  update_not_atomic,
  // Sequential consistency
  no_psc,
  no_psc_base,
  no_psc_fence,
  seq_cst_loads_left_out,
  scb_uses_whole_hb,
  light_fence_is_free_with_light,  // an asymmetric pair of two light ones
  cxx20_is_rc11,
  cxx20_strong_happens_before_is_program_order,
  // Exploration
  no_backward_revisits,
  no_maximality_test,
  updates_do_not_revisit,
  notifies_do_not_revisit,
  never_fails_spuriously,
  // Races and memory
  no_write_read_race,
  no_read_write_race,
  no_construction_check,
  no_use_after_free,
  no_double_free_check,
  no_uninitialized_check,
  no_leak_check,
  reuse_ignores_happens_before,
  // Waiting
  notify_wakes_always,
  notify_one_wakes_many,
  deadline_never_passes,
  retry_ignores_changes,
  stuck_is_always_unfair,
  stuck_is_always_fair,
  last,
};

#ifdef ACQREL_MODEL_SEEDED_BUGS
extern bug seeded_bug;
inline bool has(bug which) noexcept { return seeded_bug == which; }
#else
constexpr bool has(bug) noexcept { return false; }
#endif

}  // namespace acqrel::model::internal

#endif  // ACQREL_MODEL_ENGINE_SEEDED_BUGS_H_
