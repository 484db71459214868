/**
 * Trains the small models that ship with the program, from nothing and by the program's own trainer, on pictures that
 * it draws as it goes. Stages of their own stand in packages below, each a pipeline that a recipe names; the language
 * model is trained by visual instruction tuning like anyone's. Start at {@link org.moslora.miniature.Pretraining}, whose
 * loop is a page, and then at a {@link org.moslora.miniature.Stage}.
 */
@NullMarked
package org.moslora.miniature;

import org.jspecify.annotations.NullMarked;
