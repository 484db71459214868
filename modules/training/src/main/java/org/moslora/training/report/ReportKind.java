package org.moslora.training.report;

/** Where a training's curves can be seen besides its own files, as recipes spell it. */
public enum ReportKind {
    /** Event files in the run folder. */
    TENSORBOARD,
    /** A run of the MLflow server that {@code MLFLOW_TRACKING_URI} names. */
    MLFLOW
}
