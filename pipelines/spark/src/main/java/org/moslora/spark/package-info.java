/**
 * The verbs that many machines can share, on Apache Spark: a driver that does what the program does in one process, and
 * tasks that do parts of it on executors. Nothing else knows of Spark. Start at {@link org.moslora.spark.SparkMain}.
 */
@NullMarked
package org.moslora.spark;

import org.jspecify.annotations.NullMarked;
