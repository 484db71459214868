package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

/** Matrices as plain arrays of doubles: the algebra written out, without any engine. */
record Matrix(int rows, int columns, double[] data) {
    static Matrix of(int rows, int columns, float[] data) {
        double[] wide = new double[data.length];
        for (int i = 0; i < data.length; i++) {
            wide[i] = data[i];
        }
        return new Matrix(rows, columns, wide);
    }

    static Matrix random(Random random, int rows, int columns) {
        float[] data = new float[rows * columns];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return of(rows, columns, data);
    }

    static Matrix identity(int size) {
        Matrix made = new Matrix(size, size, new double[size * size]);
        for (int i = 0; i < size; i++) {
            made.data[i * size + i] = 1;
        }
        return made;
    }

    Matrix times(Matrix right) {
        Matrix product = new Matrix(rows, right.columns, new double[rows * right.columns]);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < right.columns; j++) {
                for (int k = 0; k < columns; k++) {
                    product.data[i * right.columns + j] += data[i * columns + k] * right.data[k * right.columns + j];
                }
            }
        }
        return product;
    }

    Matrix scaled(double scale) {
        double[] scaled = data.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= scale;
        }
        return new Matrix(rows, columns, scaled);
    }

    Matrix plus(Matrix other) {
        double[] sum = data.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.data[i];
        }
        return new Matrix(rows, columns, sum);
    }

    Matrix transposed() {
        Matrix turned = new Matrix(columns, rows, new double[data.length]);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned.data[j * rows + i] = data[i * columns + j];
            }
        }
        return turned;
    }

    float[] floats() {
        float[] floats = new float[data.length];
        for (int i = 0; i < data.length; i++) {
            floats[i] = (float) data[i];
        }
        return floats;
    }

    /** Float32 arithmetic on a few dozen summands is right to about 1e-6 of the largest entry. */
    void mustBe(Matrix expected) {
        assertThat(rows).isEqualTo(expected.rows);
        assertThat(columns).isEqualTo(expected.columns);
        double largest = 1e-30;
        double apart = 0;
        for (int i = 0; i < data.length; i++) {
            largest = Math.max(largest, Math.abs(expected.data[i]));
            apart = Math.max(apart, Math.abs(data[i] - expected.data[i]));
        }
        assertThat(apart / largest).isLessThan(1e-5);
    }
}
