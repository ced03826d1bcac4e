-- A change of many rows is told in parts, so that one person who ends a thousand sessions empties nobody's memory.
-- Names as many keys as fit the 8,000 bytes of a notification; past 2,000 to forget everything is the lesser work.
create or replace function notify_change(kind text, keys text[]) returns void
  language plpgsql set search_path from current as $$
begin
  if cardinality(keys) > 2000 then
    perform pg_notify(current_schema() || '_changes', 'all');
  else
    for place in 1 .. cardinality(keys) by 100 loop
      perform pg_notify(
        current_schema() || '_changes', kind || ' ' || array_to_string(keys[place : place + 99], ',')
      );
    end loop;
  end if;
end
$$;
