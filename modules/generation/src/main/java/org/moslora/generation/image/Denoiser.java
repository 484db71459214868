package org.moslora.generation.image;

/** What sampling asks of an engine: samples in, the model's answer out. */
public interface Denoiser {
    /** Gets ready for samples of one shape that are predicted from the same words at every step. */
    Session open(Conditions conditions);

    /** A batch on its way. */
    interface Session extends AutoCloseable {
        /**
         * Asks the model once.
         *
         * @param samples [rows, channels, height, width], a row for each of the conditions' words
         * @param timestep in steps of training, need not be whole
         * @return what it predicts, of the same shape
         */
        float[] answer(float[] samples, double timestep);

        @Override
        void close();
    }
}
