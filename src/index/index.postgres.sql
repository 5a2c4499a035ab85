-- search_topics: fragment
(SELECT COALESCE(string_agg(c.name, ', ' ORDER BY a.position), '')
   FROM nano_category a
   JOIN category c ON c.id = a.category_id
  WHERE a.nano_id = n.id)
