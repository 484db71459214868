package org.moslora.spark;

import java.io.Serializable;
import scala.Function1;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** Does a task for each element of a partition, in the form that Scala's Spark wants: alike in 2.12 and 2.13. */
final class EachElement<T, R> extends AbstractFunction1<Iterator<T>, Iterator<R>> implements Serializable {
    private static final long serialVersionUID = 1;

    private final ElementTask<T, R> task;

    EachElement(ElementTask<T, R> task) {
        this.task = task;
    }

    @Override
    public Iterator<R> apply(Iterator<T> elements) {
        Function1<T, R> one = new One<>(task);
        return elements.map(one);
    }

    private static final class One<T, R> extends AbstractFunction1<T, R> implements Serializable {
        private static final long serialVersionUID = 1;

        private final ElementTask<T, R> task;

        One(ElementTask<T, R> task) {
            this.task = task;
        }

        @Override
        public R apply(T element) {
            return Executor.during(() -> task.of(element));
        }
    }
}
