-- search_browse: read
SELECT n.id, 0
  FROM nano n
 WHERE n.status = 'published' AND n.id < :before_id
   {{nano_filters}}
   [[duration_minimum: AND n.duration_minutes >= :duration_minimum]]
   [[duration_maximum: AND n.duration_minutes <= :duration_maximum]]
 ORDER BY n.id DESC
 LIMIT :limit;
