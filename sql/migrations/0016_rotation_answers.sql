-- What a refresh was answered that may not have arrived.
-- Both are refresh counters: of the last trade that was answered 503 although it may have been committed, and what a late
-- repeat was last answered with. Neither is indexed, so that rotations stay on their page (HOT).
alter table sessions add column unanswered_counter bigint, add column repeated_counter bigint;
