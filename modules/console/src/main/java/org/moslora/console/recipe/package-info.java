/**
 * Recipes: YAML files, with {@code key=value} overrides from the command line, bound onto the records of a pipeline. A
 * pipeline declares one record whose components are its keys; {@link org.moslora.console.recipe.Recipes} reads a file
 * into it, tells everything that is wrong at once and hands back a {@link org.moslora.console.recipe.Bound} that can
 * write every key out again and say where each value came from. Inside, text becomes a tree of {@code YamlValue}s that
 * know their line ({@code YamlTree}), overrides are laid over it ({@code Overrides}), and {@code Binder} turns it into
 * records guided by their {@code Shape}. Start at {@code Recipes}.
 */
@NullMarked
package org.moslora.console.recipe;

import org.jspecify.annotations.NullMarked;
